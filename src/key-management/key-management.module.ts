// Owns /v1/keys: what people and their scripts manage keys with. Promises that nobody sees or changes another's key, and
// that unknown fields are refused. Holds no rule of its own: the keys do.
import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { KeysController } from './keys.controller.js';

@Module({ imports: [ApiKeysModule, AuthModule, UsageModule], controllers: [KeysController] })
export class KeyManagementModule {}
