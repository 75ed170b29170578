import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditFilter, AuditLine } from '../audit/audit-trail.js';
import { KeyList } from '../inventory/key-list.js';
import { OwnersService } from '../owners/owners.service.js';
import { ApiProblems } from '../platform/api-answers.js';
import { opened } from '../platform/opened.js';
import { AdminOnly } from './admin.guard.js';
import { AuditListDto } from './admin.dto.js';
import type { AuditLineDto } from './admin.dto.js';
import { AuditQuery } from './lists.query.js';
import { READS } from './problems.js';

/** Who did what. */
@ApiTags('Administration')
@ApiExtraModels(AuditListDto)
@Controller('v1/admin/audit')
@AdminOnly()
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly owners: OwnersService,
    private readonly keys: KeyList,
  ) {}

  /**
   * Reads the audit trail, latest first.
   * @remarks `npm run audit:verify` proves that no line was changed, and exports the trail signed.
   */
  @ApiProblems({ ...READS, 400: 'INVALID_REQUEST' })
  @ApiOkResponse({
    description: 'A page of lines or, as NDJSON, all of them.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditListDto) } },
      'application/x-ndjson': { schema: { type: 'string' } },
    },
  })
  @Get()
  async readAudit(@Query() query: AuditQuery): Promise<AuditListDto | StreamableFile> {
    const filter = await this.filterOf(query);
    if (query.format === 'ndjson') return this.export(filter);
    const { limit = 50, cursor } = query;
    const found = await this.trail.page({ ...filter, before: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    const nextCursor = found.length > limit ? page.at(-1)!.number : null;
    const rows = cursor === undefined ? (await this.trail.state()).rows : undefined;
    return { items: await this.shown(page), nextCursor, rows };
  }

  private async export(filter: AuditFilter): Promise<StreamableFile> {
    const lines = Readable.from(await opened(this.lines(filter)));
    const disposition = 'attachment; filename="audit.ndjson"';
    return new StreamableFile(lines, { type: 'application/x-ndjson', disposition });
  }

  private async *lines(filter: AuditFilter): AsyncGenerator<string, void> {
    for await (const batch of this.trail.stream(filter))
      yield (await this.shown(batch)).map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  private async shown(lines: readonly AuditLine[]): Promise<AuditLineDto[]> {
    const owners = new Set(lines.flatMap(({ ownerId }) => ownerId ?? []));
    const keys = new Set(lines.flatMap(({ keyId }) => keyId ?? []));
    const [logins, names] = [await this.owners.logins([...owners]), await this.keys.names([...keys])];
    return lines.map(({ id: _, number, ...line }) => ({
      ...line,
      number: Number(number),
      ownerLogin: logins.get(line.ownerId ?? '') ?? null,
      keyName: names.get(line.keyId ?? '') ?? null,
    }));
  }

  private async filterOf({ action, actor, owner, key, from, to }: AuditQuery): Promise<AuditFilter> {
    const instant = (text: string | undefined): Date | undefined => (text ? new Date(text) : undefined);
    return {
      action,
      actorIds: await this.idsOf(actor),
      ownerIds: await this.idsOf(owner),
      keyId: key,
      from: instant(from),
      to: instant(to),
    };
  }

  /** The id itself, too: the audit keeps those of people who were never here, or by another name. */
  private async idsOf(idOrLogin: string | undefined): Promise<string[] | undefined> {
    return idOrLogin === undefined ? undefined : [idOrLogin, ...(await this.owners.idsOf(idOrLogin))];
  }
}
