// Owns the word "this key changed, this owner changed" between replicas.
// Promises that it goes out with the commit (by Redis, after it), and that a broken bus is told as a gap. Knows ids and
// digests only.
import { Module } from '@nestjs/common';
import { Invalidation } from './invalidation.service.js';

@Module({ providers: [Invalidation], exports: [Invalidation] })
export class InvalidationModule {}
