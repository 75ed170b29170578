// Owns that several processes serve on the one port (APIKM_WORKERS): a primary that starts, watches, replaces and ends
// workers and hands on what they print, and in each worker the link to it, over which metrics and counts of callers come
// together. Promises that a process alone pays nothing for it. Knows nothing of keys, and the primary answers no request.
import { Global, Module } from '@nestjs/common';
import { PrimaryLink } from './primary-link.js';

@Global()
@Module({ providers: [PrimaryLink], exports: [PrimaryLink] })
export class WorkersModule {}
