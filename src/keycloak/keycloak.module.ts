// Owns the reading of rights from Keycloak's admin REST, and is the only writer of them.
// Promises that only Keycloak's own word disables a person, and that no verification waits for it.
// The client is an own one: three reads need time-outs, exact 404s and checked ids, which the official
// client (no per-call abort, null on any 404, no re-authentication) would have to be wrapped for anyway.
import { Module } from '@nestjs/common';
import { OwnersModule } from '../owners/owners.module.js';
import { KeycloakClient } from './keycloak-client.js';
import { KeycloakSync } from './keycloak-sync.js';

@Module({ imports: [OwnersModule], providers: [KeycloakClient, KeycloakSync], exports: [KeycloakSync] })
export class KeycloakModule {}
