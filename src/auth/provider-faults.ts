import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';

/** `unreachable` and `server_error` pass by themselves; the others wait for the operator. */
export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_KINDS = [
  'unreachable',
  'server_error',
  'no_realm',
  'not_a_provider',
  'invalid_client',
  'keys_unreadable',
] as const;

/** What of the provider is fine or not, each by itself. */
type Part = 'discovery' | 'keys' | 'client';

/** The message says what to do. */
export class ProviderFault extends Error {
  constructor(
    readonly kind: FaultKind,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'ProviderFault';
  }

  get passes(): boolean {
    return this.kind === 'unreachable' || this.kind === 'server_error';
  }
}

/** What TLS says to what is none, and the other way round. */
const MIXED_UP = /wrong version number|unknown protocol|packet length too long|other side closed/;

/** Tells the log what is wrong with the identity provider: one line when it begins, changes or is over. */
@Injectable()
export class ProviderFaults {
  /** How often something failed, by kind, since the start. */
  readonly counts: Record<string, number> = {};
  private readonly logger = new Logger('IdentityProvider');
  private readonly known = new Map<Part | 'answers', { kind: FaultKind; since: number }>();

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @returns what the caller is answered. */
  failed(part: Part, fault: ProviderFault): DomainError {
    this.counts[fault.kind] = (this.counts[fault.kind] ?? 0) + 1;
    const place = fault.passes ? 'answers' : part;
    // Whatever it said, it is there.
    if (!fault.passes) this.known.delete('answers');
    if (this.known.get(place)?.kind !== fault.kind) {
      this.known.set(place, { kind: fault.kind, since: this.clock.millis() });
      this.logger.error({ kind: fault.kind }, fault.message);
    }
    return fault.passes ? providerAway(fault) : providerMisconfigured(fault);
  }

  fine(part: Part): void {
    for (const place of ['answers', part] as const) {
      const over = this.known.get(place);
      this.known.delete(place);
      if (!over) continue;
      const seconds = Math.round((this.clock.millis() - over.since) / 1000);
      this.logger.log(`The identity provider works again: ${over.kind} lasted ${seconds} s.`);
    }
  }

  /** Whether something was wrong when it was last asked. */
  get any(): boolean {
    return this.known.size > 0;
  }

  unreachable(address: string, cause: unknown, reason: string): ProviderFault {
    const hint =
      this.config.oidc.internalEndpoint === undefined
        ? 'If only browsers reach the public address, set APIKM_OIDC_INTERNAL_ENDPOINT.'
        : 'Check APIKM_OIDC_INTERNAL_ENDPOINT.';
    const said = reason.replace(/\s+/g, ' ').trim();
    const scheme = MIXED_UP.test(said) ? ' It looks as if http and https were mixed up.' : '';
    const message = `The identity provider can't be reached at ${address} (${said}).${scheme} Check APIKM_OIDC_ENDPOINT, names, network and certificates. ${hint}`;
    return new ProviderFault('unreachable', message, cause);
  }
}

const providerAway = (cause: unknown): DomainError =>
  new DomainError('unavailable', 'IDENTITY_PROVIDER_UNAVAILABLE', ({ login }) => login.away, {
    retryAfterSeconds: 10,
    cause,
  });

const providerMisconfigured = (cause: unknown): DomainError =>
  new DomainError('unavailable', 'IDENTITY_PROVIDER_MISCONFIGURED', ({ login }) => login.misconfigured, {
    cause,
  });
