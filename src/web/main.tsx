import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import './shell/mantine.css'
import './shell/page.css'
import { createRoot } from 'react-dom/client'
import { createSession } from './session/session'
import { createTabs } from './session/tabs'
import { createLeaving } from './shell/leaving'
import { Page } from './shell/page'

/** This answer's nonce, under which the libraries may add styles. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
// What locks the page's scrolling while a drawer is open looks for it here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

const place = document.getElementById('page')
if (place !== null) {
  createRoot(place).render(<Page session={createSession(createTabs())} leaving={createLeaving()} nonce={nonce} />)
}
