import { track } from './track.js'

/** `track` as a page is sent it: without comments and indentation, and told which tag it came by. */
export function scriptText(): string {
  const lines = track
    .toString()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
  return `(${lines.join('\n')})(window,document.currentScript||document.querySelector("script[data-advertiser]"));\n`
}
