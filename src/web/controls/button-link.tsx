import { Button, type ButtonProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import classes from './button-link.module.css'

/** A link that looks like a button: it leads to where something is done. */
export const ButtonLink = ({ href, children, ...props }: ButtonProps & { href: string; children: ReactNode }) => (
  <Button {...props} component={Link} href={href} className={classes.link}>
    {children}
  </Button>
)
