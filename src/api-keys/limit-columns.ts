import { Column } from 'typeorm';

const unused = { select: false, insert: false, update: false, nullable: true } as const;

/**
 * Where limits stood before they were one value. Builds of then still read and write these while both run side by
 * side; a trigger keeps them and `limits` the same. Once no such build is left they go, and the trigger with them.
 */
export class LimitColumns {
  @Column('text', { ...unused, array: true })
  readonly roles?: never;

  @Column('text', { ...unused, array: true })
  readonly audiences?: never;

  @Column('text', { ...unused, array: true })
  readonly scopes?: never;

  @Column('text', { ...unused, name: 'allowed_ips', array: true })
  readonly allowedIps?: never;

  @Column('text', { ...unused, name: 'allowed_referers', array: true })
  readonly allowedReferers?: never;

  @Column('text', { ...unused, name: 'referer_policy', nullable: false, default: 'always' })
  readonly refererPolicy?: never;

  @Column('boolean', { ...unused, name: 'allow_key_in_url', nullable: false, default: true })
  readonly allowKeyInUrl?: never;

  @Column('text', { ...unused, name: 'rate_limit' })
  readonly rateLimit?: never;
}
