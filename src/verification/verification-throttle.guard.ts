import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { digestHex } from '../api-keys/key-material.js';
import { pathKeyOf } from '../platform/request-context.js';
import { ThrottleGuard } from '../throttle/throttle.guard.js';
import type { Throttled } from '../throttle/throttle.storage.js';
import { RequestReader } from './request-reader.js';

/** Tells the throttle who presents which key, wherever it stands. */
@Injectable()
export class VerificationThrottleGuard extends ThrottleGuard {
  @Inject(RequestReader) private readonly reader: RequestReader;

  protected override read(req: Request): Throttled {
    const { key, clientIp } = bodyOf(req);
    // A service behind a trusted proxy may say for whom it asks: that one's bad keys are not the service's.
    if (key !== undefined) return { client: this.reader.bucketOf(req, clientIp), digest: digestHex(key) };
    return this.reader.attempt(req, { url: req.url, pathKey: pathKeyOf(req) });
  }
}

/** Guards see a body before it is checked. */
function bodyOf(req: Request): { key?: string; clientIp?: string } {
  const { key, clientIp } = (req.body ?? {}) as Record<string, unknown>;
  return {
    key: typeof key === 'string' ? key : undefined,
    clientIp: typeof clientIp === 'string' ? clientIp : undefined,
  };
}
