// Owns the people behind keys: enabled, roles, groups, attributes, and when they were last confirmed.
// Promises that older rights never overwrite newer ones and that every change is announced. Never asks Keycloak.
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { OwnersService } from './owners.service.js';

@Module({ imports: [AuditModule, InvalidationModule], providers: [OwnersService], exports: [OwnersService] })
export class OwnersModule {}
