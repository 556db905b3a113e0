/** A defect that is put into the product for one run of the simulator: never into its files. */
export type PlantedBug = {
  /** What is wrong, in one sentence. */
  sentence: string
  /** The promises of the simulator that it can break, as they are worded there. */
  breaks: readonly string[]
  /** The module that is wrong, and what it exports instead. */
  module?: { path: string; replace: (real: never) => Record<string, unknown> }
  /** What is wrong in the simulation's own database. */
  sql?: string
}
