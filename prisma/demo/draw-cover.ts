import sharp from 'sharp'
import type { AidCategory } from '#lib/campaigns/types.ts'
import type { DemoCampaign } from './campaigns.ts'

const INKS: Record<AidCategory, [string, string]> = {
  food: ['#8a5a12', '#f0dcae'],
  health: ['#1f5d4b', '#cfe4da'],
  shelter: ['#6b3f2a', '#ecd6c7'],
  water: ['#1d5272', '#cbe0ec'],
  evacuation: ['#4b4a86', '#dcdcf0'],
  power: ['#7a6010', '#f2e5a8'],
  communications: ['#5a2f63', '#e8d5ec'],
  protection: ['#7b2e2e', '#efd3d0'],
  education: ['#2d4f1e', '#d8e6c9'],
}

/** Emblems in a 200 by 200 box, drawn and not photographed: no stock pictures, no faces, no places. */
const EMBLEMS: Record<AidCategory, string> = {
  food: '<path d="M20 90h160c0 50-30 80-80 80s-80-30-80-80z"/><path d="M60 70c-12-16 12-24 0-42M100 70c-12-16 12-24 0-42M140 70c-12-16 12-24 0-42" fill="none" stroke-width="9"/>',
  health:
    '<rect x="20" y="60" width="160" height="80" rx="40"/><path d="M100 76v48M76 100h48" stroke="PAPER" stroke-width="16" fill="none"/>',
  shelter: '<path d="M100 24 184 100h-24v72H40v-72H16z"/><rect x="84" y="116" width="32" height="56" fill="PAPER"/>',
  water:
    '<path d="M100 16c40 52 60 82 60 108a60 60 0 0 1-120 0c0-26 20-56 60-108z"/><path d="M70 128a32 32 0 0 0 30 32" stroke="PAPER" stroke-width="9" fill="none"/>',
  evacuation:
    '<rect x="10" y="84" width="180" height="24" rx="8"/><path d="M40 108v44M160 108v44M40 84V56M160 84V56" fill="none" stroke-width="10"/><circle cx="40" cy="164" r="13"/><circle cx="160" cy="164" r="13"/>',
  power: '<path d="M112 10 40 112h48l-20 78 92-112h-54z"/>',
  communications:
    '<rect x="84" y="90" width="32" height="96" rx="8"/><path d="M60 84a56 56 0 0 1 80 0M36 60a90 90 0 0 1 128 0" fill="none" stroke-width="10"/>',
  protection: '<path d="M100 14 176 44v52c0 46-34 74-76 92-42-18-76-46-76-92V44z"/>',
  education:
    '<path d="M20 44c34-10 60-6 80 10 20-16 46-20 80-10v112c-34-10-60-6-80 10-20-16-46-20-80-10z"/><path d="M100 54v112" stroke="PAPER" stroke-width="7"/>',
}

/** A cover of 1200 by 600: the emblems of the budget's categories in a row of cents, in two inks. */
export async function drawCover(plan: DemoCampaign): Promise<Buffer> {
  const categories = [...new Set(plan.budget.map((line) => line.category))]
  const [ink, paper] = INKS[categories[0] ?? 'food']
  const dots = Array.from({ length: 26 * 12 }, (_, index) => {
    const [x, y] = [24 + (index % 26) * 46, 26 + Math.floor(index / 26) * 50]
    return `<circle cx="${x}" cy="${y}" r="9" fill="none" stroke="${ink}" stroke-opacity="0.18" stroke-width="2"/>`
  })
  const emblems = categories.map((category, index) => {
    const [x, size] = index === 0 ? [120, 2.1] : [700 + (index - 1) * 230, 1.05]
    const y = index === 0 ? 90 : 195
    const strength = index === 0 ? 1 : 0.72
    const shape = EMBLEMS[category].replaceAll('PAPER', paper)
    return `<g transform="translate(${x} ${y}) scale(${size})" fill="${ink}" stroke="${ink}" stroke-width="0" stroke-linecap="round" opacity="${strength}">${shape}</g>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600"><rect width="1200" height="600" fill="${paper}"/>${dots.join('')}${emblems.join('')}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

/** A drawn stand-in for a photograph of the delivered boxes. */
export async function drawBoxes(seed: number): Promise<Buffer> {
  const boxes = Array.from({ length: 9 }, (_, index) => {
    const [x, y] = [150 + (index % 3) * 210 + (seed % 3) * 20, 470 - Math.floor(index / 3) * 130]
    const shade = ['#b98a52', '#a87a45', '#c79a63'][(index + seed) % 3]
    return `<rect x="${x}" y="${y}" width="200" height="122" fill="${shade}"/><rect x="${x}" y="${y + 50}" width="200" height="16" fill="#d9b98a"/><rect x="${x + 74}" y="${y + 18}" width="52" height="26" fill="#f4ead6"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640"><rect width="960" height="640" fill="#d8d2c4"/><rect y="590" width="960" height="50" fill="#8d8474"/>${boxes.join('')}</svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer()
}
