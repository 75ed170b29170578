import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { CatalogueError, readCatalogue } from './read-catalogue.js';
import type { Service } from './service.js';

/** How an answer names one. */
export interface NamedService {
  readonly audience: string;
  /** null: the catalogue doesn't know it. */
  readonly title: string | null;
}

const MOST_NAMED = 50;

/** The applications that keys are for. */
export class Services {
  private readonly logger = new Logger('Services');
  private known: ReadonlyMap<string, Service>;

  /** @throws CatalogueError */
  constructor(private readonly config: Pick<Config, 'services' | 'oidc'>) {
    this.known = this.read();
  }

  /** In the order of the file. */
  all(): readonly Service[] {
    return [...this.known.values()];
  }

  /** A hint for whoever makes a key, and no right: who knows of another may choose it all the same. */
  offeredTo(roles: readonly string[]): readonly Service[] {
    if (roles.includes(this.config.oidc.adminRole)) return this.all();
    return this.all().filter((service) => service.roles?.some((role) => roles.includes(role)) ?? true);
  }

  /** null: the catalogue doesn't know it. */
  titleOf(audience: string): string | null {
    return this.known.get(audience)?.title ?? null;
  }

  /** What stands beside the audiences of a key; null, as there: all. */
  servicesOf(audiences: readonly string[] | null): NamedService[] | null {
    return audiences?.map((audience) => ({ audience, title: this.titleOf(audience) })) ?? null;
  }

  /** For keys that are made or changed, where APIKM_SERVICES_ONLY is set. @throws DomainError invalid */
  refuseUnknown(audiences: readonly string[] | null | undefined): void {
    if (!this.config.services.areAll || audiences?.every((audience) => this.known.has(audience)) !== false)
      return;
    throw new DomainError(
      'invalid',
      'AUDIENCE_NOT_OFFERED',
      `audiences must be among the services that keys can be made for here: ${this.names()}`,
    );
  }

  /** Whether there is a file to be read again. */
  get haveFile(): boolean {
    return this.config.services.file !== undefined;
  }

  /** Reads the file again; of one that can't be used nothing is taken. */
  reload(): void {
    try {
      this.known = this.read();
      this.logger.log(`The service catalogue was read again. Services: ${this.known.size}.`);
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      this.logger.error(`${error.message}\nThe previous one stays in use.`);
    }
  }

  private read(): ReadonlyMap<string, Service> {
    const { file } = this.config.services;
    const services = file === undefined ? [] : readCatalogue(file);
    return new Map(services.map((service) => [service.audience, service]));
  }

  private names(): string {
    const names = [...this.known.keys()];
    if (names.length === 0) return 'at present there is none.';
    const more = names.length - MOST_NAMED;
    return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more (GET /v1/services)` : ''}.`;
  }
}
