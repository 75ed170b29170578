import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { PrimaryLink } from '../workers/primary-link.js';

/** What Prometheus reads: of a worker, what all of them have together. */
@Injectable()
export class Scrape {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  constructor(
    private readonly registry: Registry,
    private readonly primary: PrimaryLink,
  ) {}

  /** @throws Error when the primary is gone or busy */
  text(): Promise<string> {
    return this.primary.isThere ? this.primary.metrics() : this.registry.metrics();
  }
}
