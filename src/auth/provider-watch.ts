import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Config } from '../config/config.js';
import { IdentityProvider } from './identity-provider.js';
import { ProviderFaults } from './provider-faults.js';
import { askForTokens } from './token-request.js';

const EVERY_MS = 60_000;

/** Tries provider and client out at start, before anybody is there to find them wrong, and until they are right. */
@Injectable()
export class ProviderWatch implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly faults: ProviderFaults,
  ) {}

  onApplicationBootstrap(): void {
    // The embedded provider is this very process: it answers only once we listen.
    if (!this.config.oidc.embedded) void this.look();
  }

  @Interval(EVERY_MS)
  async everyMinute(): Promise<void> {
    if (this.faults.any) await this.look();
    // Read again when its hour is over, also where nobody logs in.
    else await this.provider.discovered().catch(() => {});
  }

  /** What is wrong is told by `faults`. */
  async look(): Promise<void> {
    try {
      const { metadata } = await this.provider.reread();
      await this.tryClient(metadata.token_endpoint);
    } catch {
      // Told already.
    }
  }

  private async tryClient(url: string): Promise<void> {
    const { clientId, clientSecret } = this.config.oidc;
    const client = { client_id: clientId, client_secret: clientSecret };
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...client });
    await askForTokens({ url, clientId, faults: this.faults }, form.toString());
  }
}
