// Owns who is blocked: refused verifications per client and window, in bounded memory.
// Promises to decide before any query, and never to count a look. Knows keys only by digest.
import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { ThrottleStorage } from './throttle.storage.js';

@Module({
  imports: [ThrottlerModule.forRoot([{ name: 'verification', ttl: 60_000, limit: 1 }])],
  providers: [ThrottleStorage],
  exports: [ThrottlerModule, ThrottleStorage],
})
export class ThrottleModule {}
