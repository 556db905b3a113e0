export type ProgressProps = {
  /** What progresses: "Raised", "Importing statement". */
  label: string
  value: number
  max: number
  /** The number in words, shown and spoken: "$8,200.00 of $20,000.00", "412 of 2,000 rows". */
  valueText: string
}

/** Progress as a number with a bar; a bar alone says too little. Above `max` the bar is full and the text tells. */
export function Progress({ label, value, max, valueText }: ProgressProps) {
  const percent = max > 0 ? Math.min(100, Math.max(0, (value / max) * 100)) : 0
  return (
    <div className="flex flex-col gap-1">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={valueText}
      >
        <svg width="100%" height="12" aria-hidden="true" className="block border border-edge">
          <rect width="100%" height="12" className="fill-sunk" />
          <rect width={`${percent.toFixed(2)}%`} height="12" className="fill-green" />
        </svg>
      </div>
      <p className="figures text-sm" aria-hidden="true">
        {valueText}
      </p>
    </div>
  )
}
