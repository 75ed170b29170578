// Owns the pages that people see: the built files of web/, sent as they are, and the frame around them with the name,
// logo and accent of the settings. Promises that nothing but our own files runs in them, that they are right under any
// path, and that a browser never runs a page of one version with the parts of another. Never reads or changes a key: the
// pages do that over /v1 as everybody else.
import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';
import { Brand } from './brand.js';
import { BuiltPages } from './built-pages.js';
import { PagesController } from './pages.controller.js';

@Module({ controllers: [PagesController, AssetsController], providers: [BuiltPages, Brand] })
export class WebModule {}
