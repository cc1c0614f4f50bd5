import uPlot from 'uplot'

export interface DrawOptions {
  /** Whose colours are taken, and whose width. */
  readonly element: HTMLElement
  readonly comparisons: readonly boolean[]
  readonly timeZone: string
  readonly height: number
  readonly isWhole: boolean
  /** Each point is a day or more: there is nothing to say about hours. */
  readonly isOfDays: boolean
  readonly formatValue: (value: number) => string
  readonly onPoint: (index: number | null) => void
}

const seriesColours = ['--accent', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6']
const wholeSteps = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 12 }, (_, power) => step * 10 ** power))
  .sort((a, b) => a - b)
const daySteps = [1, 2, 3, 7, 14, 28, 56, 112, 364].map((days) => days * 86_400)
const axisFont = '12px system-ui, sans-serif'

/** What uPlot is told: one scale from zero, quiet lines, hours and days of the report's zone. */
export function drawOptions(options: DrawOptions): uPlot.Options {
  const { element, comparisons, timeZone, height, isWhole, isOfDays, formatValue, onPoint } = options
  const colour = (name: string) => colourOf(element, name)
  const grid = { stroke: colour('--line'), width: 1 }
  const axis = { stroke: colour('--quiet'), font: axisFont, grid, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    hooks: { setCursor: [({ cursor }) => onPoint((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))] },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, values: hoursAndDays, ...(isOfDays && { incrs: daySteps }) },
      {
        ...axis,
        ...(isWhole && { incrs: wholeSteps }),
        size: (_plot, values) => 16 + Math.max(24, ...(values ?? []).map((text) => (text ?? '').length * 7)),
        values: (_plot, values) => values.map((value) => formatValue(value)),
      },
    ],
    series: [
      {},
      ...comparisons.map((isComparison, index): uPlot.Series => {
        const stroke = colour(isComparison ? '--quiet' : (seriesColours[index] ?? '--ink'))
        if (isComparison) return { stroke, width: 1.5, dash: [4, 4], points: { show: false } }
        return { stroke, width: 2, fill: index === 0 ? transparent(stroke) : undefined, points: { show: false } }
      }),
    ],
  }
}

/** Times in the form of 24 hours, days where a day begins. */
const hoursAndDays: uPlot.Axis.Values = [
  [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
]

/** As the page paints it at this place: a variable's own text may be any expression. */
function colourOf(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = ''
  return color
}

const transparent = (colour: string) => colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.1)')
