interface Refused {
  readonly errors?: readonly { readonly message: string }[]
}

/** Why the server gives no file: in its own words, where it has some. */
export async function describeRefusal(response: Response): Promise<string> {
  const { errors }: Refused = await response.json().catch(() => ({}))
  const words = errors?.map(({ message }) => message).join(' ')
  const retryAfter = response.headers.get('retry-after')
  const again = retryAfter === null ? '' : ` Try again in ${retryAfter} seconds.`
  return `${words ?? `The server answered ${response.status}.`}${again}`
}
