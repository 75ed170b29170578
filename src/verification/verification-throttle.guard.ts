import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { digestHex } from '../api-keys/key-material.js';
import { ThrottleGuard } from '../throttle/throttle.guard.js';
import type { Throttled } from '../throttle/throttle.storage.js';
import { RequestReader } from './request-reader.js';

/** Tells the throttle who presents which key in a body. */
@Injectable()
export class VerificationThrottleGuard extends ThrottleGuard {
  @Inject(RequestReader) private readonly reader: RequestReader;

  protected override read(req: Request): Throttled {
    const { key, clientIp } = bodyOf(req);
    // A service behind a trusted proxy may say for whom it asks: that one's bad keys are not the service's.
    const client = this.reader.bucketOf(req, clientIp);
    return { client, digest: key === undefined ? undefined : digestHex(key) };
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
