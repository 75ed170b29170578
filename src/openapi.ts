import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { openApiDocument } from './app.docs.js';
import { AppModule } from './app.module.js';
import { parseConfig } from './config/parse-config.js';
import { Clock } from './platform/clock.js';
import { Services } from './services/services.js';

/** Prints the OpenAPI document with the default settings; nothing is opened or started. */
const config = parseConfig({ APIKM_SHOW_TECHNICAL_ENDPOINTS: 'true' });
const database = { source: new DataSource({ type: 'postgres' }), embedded: undefined };
const module = AppModule.forRoot(config, database, new Clock(), new Services(config));
const app = await NestFactory.create(module, { preview: true, logger: false });
console.log(JSON.stringify(openApiDocument(app, config), null, 2));
