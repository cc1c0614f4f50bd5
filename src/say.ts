/** A line for whoever runs a command. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`)
