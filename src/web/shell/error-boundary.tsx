import { Component, type ReactNode } from 'react'
import { Failure } from '../states/failure'

/** What a view breaks on stays in it: the navigation goes on. React has no other form for this than a class. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <Failure
        title="This view does not work right now"
        text="It may have been replaced by a newer version on the server. Loading the page again gets that; you will have to sign in again."
        retry="Load the page again"
        onRetry={() => location.reload()}
      />
    )
  }
}
