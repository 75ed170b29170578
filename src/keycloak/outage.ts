import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { KeycloakApi } from './keycloak-api.js';
import { mayBeOne } from './keycloak-error.js';
import type { FailureKind, KeycloakError } from './keycloak-error.js';

const REMEDIES: Readonly<Record<FailureKind, string>> = {
  unreachable: 'Check that it runs, and that this server reaches that address.',
  timeout: 'Check its load, and the network between.',
  throttled: 'Raise the limit for this server in the proxy in front of it.',
  'server-error': 'Its own log says why; while it starts, this passes.',
  unreadable:
    'Something else answers: check APIKM_OIDC_ENDPOINT, with the relative path that Keycloak may have.',
  unauthorized: 'Check APIKM_OIDC_CLIENT_ID and APIKM_OIDC_CLIENT_SECRET, and restart.',
  refused: 'Check APIKM_OIDC_ENDPOINT, with the relative path that Keycloak may have, and APIKM_OIDC_REALM.',
  down: 'Wait.',
};

/** Whether Keycloak as a whole gives no rights, and since when: told when it begins and when it is over. */
@Injectable()
export class Outage {
  private readonly trouble: Trouble;
  private judging: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    private readonly api: KeycloakApi,
    clock: Clock,
  ) {
    this.trouble = new Trouble(new Logger('KeycloakSync'), clock);
    api.watch(this);
  }

  get isOn(): boolean {
    return this.trouble.isOn;
  }

  /** Seconds; 0: Keycloak answers. */
  get lastsFor(): number {
    return this.trouble.lastsFor;
  }

  answered(): void {
    this.trouble.end('Keycloak answers again,');
  }

  failed(error: KeycloakError): void {
    // Not asked: nothing new is known.
    if (error.kind === 'down') return;
    if (this.isOn || !mayBeOne(error)) return this.begin(error);
    this.judging ??= this.api
      .probe()
      .then(
        () => this.answered(),
        () => this.begin(error),
      )
      .finally(() => (this.judging = undefined));
  }

  /** Resolves when nothing is left to be judged. */
  async judged(): Promise<void> {
    await this.judging;
  }

  private begin({ kind, message, remedy = REMEDIES[kind] }: KeycloakError): void {
    const { endpoint, internalEndpoint = endpoint } = this.config.oidc;
    this.trouble.begin(
      kind,
      `${message} (asked at ${internalEndpoint}). ${remedy} Keys keep the rights last confirmed.`,
    );
  }
}
