export type Scheme = 'light' | 'dark'

/** What the editor keeps of its tabs, by name, as its own storage has it. */
export type Drafts = Readonly<Record<string, string>>

/** From the editor's document to the page around it, before they have a channel. */
export interface Knock {
  readonly kind: 'explorerKnocks'
}

/** The page's answer; with it comes a port, over which all else goes. */
export interface Welcome {
  readonly kind: 'explorerWelcome'
  readonly scheme: Scheme
  readonly drafts: Drafts
}

export type ToEditor =
  | { readonly kind: 'token'; readonly token: string | null }
  | { readonly kind: 'scheme'; readonly scheme: Scheme }

export type ToPage =
  | { readonly kind: 'tokenWanted' }
  /** Null: it is kept no longer. */
  | { readonly kind: 'draft'; readonly name: string; readonly text: string | null }
  /** The server took the token no more. */
  | { readonly kind: 'refused' }
