/**
 * The settings of one process, parsed once from the environment (see parse-config.ts) and frozen. A class without a
 * body, so that Nest can inject the parsed object by it.
 */
export abstract class Config {
  abstract readonly production: boolean;
  abstract readonly debug: boolean;
  /** Processes that serve on the one port; 'auto': as many as there are cores. */
  abstract readonly workers: number | 'auto';
  abstract readonly http: HttpConfig;
  abstract readonly cors: CorsConfig;
  /** Where the process keeps what it makes for itself; undefined: nowhere, everything is in memory. */
  abstract readonly dataFolder: string | undefined;
  abstract readonly database: DatabaseConfig;
  /** What several replicas share; undefined: nothing but the database. */
  abstract readonly redis: RedisConfig | undefined;
  abstract readonly oidc: OidcConfig;
  abstract readonly session: { readonly cookieSecrets: readonly string[] };
  abstract readonly keys: KeyConfig;
  abstract readonly services: {
    /** The catalogue; undefined: there is none. */
    readonly file: string | undefined;
    /** Keys may be for nothing that is not in it. */
    readonly areAll: boolean;
  };
  abstract readonly verification: VerificationConfig;
  abstract readonly sync: {
    /** 0 or less: no background pass. */
    readonly intervalSeconds: number;
    readonly maxStalenessSeconds: number;
    /** Keycloak's admin REST is never read: the claims of an access token are its bearer's rights. */
    readonly rightsFromToken: boolean;
  };
  abstract readonly usage: {
    readonly flushMs: number;
    /** How long the counts of days are kept. */
    readonly retentionDays: number;
    /** Keys that nobody used for so long are switched off; undefined: none are. */
    readonly unusedDisableDays: number | undefined;
  };
  /** How the pages look. */
  abstract readonly web: {
    /** A picture; undefined: our own. */
    readonly logo: string | undefined;
    /** #rrggbb */
    readonly accent: string;
  };
  abstract readonly docs: DocsConfig;
  abstract readonly log: { readonly level: string; readonly format: 'json' | 'pretty' };
  /** What an operator should read once at start: settings without effect, deprecated names. */
  abstract readonly warnings: readonly string[];
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** How browsers reach the service: no trailing slash, root path included. */
  readonly publicUrl: string;
  /** '' or '/apikm': no trailing slash. */
  readonly rootPath: string;
  /** CIDRs whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly drainSeconds: number;
  /** Where /metrics is; undefined: nowhere. */
  readonly metricsPort: number | undefined;
}

export interface CorsConfig {
  readonly allowMethods: readonly string[];
  /** Whole-match pattern of origins allowed with credentials. */
  readonly originsRegex: RegExp | undefined;
  /** The pattern admits any origin, so it must not be answered with credentials. */
  readonly matchesAnyOrigin: boolean;
}

interface DatabaseCommon {
  readonly migrateOnStart: boolean;
  readonly importOnStart: boolean;
  /** Of the old program's database sessions; undefined: not said. */
  readonly importTimezone: string | undefined;
}

export type DatabaseConfig = EmbeddedConfig | PostgresConfig;

interface EmbeddedConfig extends DatabaseCommon {
  readonly kind: 'embedded';
  /** undefined: in memory */
  readonly folder: string | undefined;
}

export interface PostgresConfig extends DatabaseCommon {
  readonly kind: 'postgresql';
  readonly server: PostgresServer;
  /** Past a connection pooler; the same object as `server` where none stands between. */
  readonly direct: PostgresServer;
  /** Standbys, to look up keys; undefined: there are none. */
  readonly replica: PostgresServer | undefined;
  /** Connections of the main pool. */
  readonly poolSize: number;
}

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Where a PostgreSQL is and how to speak to it; what is undefined is left to the driver's defaults. */
export interface PostgresServer {
  /** Tried in this order; one that begins with a slash is a folder with a socket. */
  readonly hosts: readonly { readonly host: string | undefined; readonly port: number | undefined }[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  /** With paths of files, read when a connection opens. */
  readonly ssl: {
    readonly mode: SslMode;
    /** 'system': the authorities that Node knows. */
    readonly rootCert: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
  readonly applicationName: string | undefined;
  readonly options: string | undefined;
  /** Only a host that can be written to will do. */
  readonly writable: boolean;
}

export interface RedisPlace {
  readonly host: string;
  readonly port: number;
}

interface RedisLogin {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

interface RedisCommon extends RedisLogin {
  readonly tls: boolean;
  /** The number of the database; a cluster has none but 0. */
  readonly db: number;
}

export type RedisConfig = RedisServerConfig | RedisClusterConfig | RedisSentinelConfig;

export interface RedisServerConfig extends RedisCommon, RedisPlace {
  readonly kind: 'server';
}

export interface RedisClusterConfig extends RedisCommon {
  readonly kind: 'cluster';
  /** Some of its nodes: each of them names all the others. */
  readonly nodes: readonly RedisPlace[];
}

export interface RedisSentinelConfig extends RedisCommon {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisPlace[];
  /** The name by which they know the master. */
  readonly master: string;
  /** How they themselves are spoken to. */
  readonly sentinelLogin: RedisLogin;
}

export interface OidcConfig {
  /** The embedded development provider serves /dev-identity on our own port. */
  readonly embedded: boolean;
  /** Base of the provider, no trailing slash; Keycloak paths hang below it. */
  readonly endpoint: string;
  /** The same as this server reaches it, for tokens, keys and the admin REST; undefined: as browsers do. */
  readonly internalEndpoint?: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectPath: string;
  readonly attributes: readonly string[];
  readonly adminRole: string;
}

/** By what a key is known, and where it is looked for; each list has one at least. */
export interface KeyNames {
  /** The first mints, all verify. */
  readonly prefixes: readonly string[];
  /** Names of headers and of parameters in the query, in lower case; the first is the one to show. */
  readonly headers: readonly string[];
  readonly queries: readonly string[];
}

export interface KeyConfig extends KeyNames {
  readonly legacyFormat: 'new' | 'uuid';
  readonly defaultTtlHours: number;
  readonly maxTtlHours: number | undefined;
  readonly neverExpires:
    | { readonly allowed: 'all' }
    | { readonly allowed: 'none' }
    | { readonly allowed: 'role'; readonly role: string };
  /** 0: no limit. */
  readonly maxPerOwner: number;
  /** How many keys a person may make in a window; empty: any number. */
  readonly createRates: readonly RateLimit[];
  readonly allowedInUrl: boolean;
}

export interface VerificationConfig {
  /** Windows of the throttle; empty: off. */
  readonly rateLimits: readonly RateLimit[];
  readonly rateLimitCounts: 'failures' | 'all';
  /** false: every verification goes through Express, for measuring. */
  readonly fastLane: boolean;
  /** For how long a key is believed without a look. */
  readonly freshSeconds: number;
  /** For how much longer while the database is away. */
  readonly staleSeconds: number;
}

export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
  /** As the predecessor prints it: "20 per 1 minute". */
  readonly label: string;
}

export interface DocsConfig {
  readonly title: string;
  readonly description: string;
  readonly openapiPath: string;
  readonly contact: { readonly name: string; readonly url: string; readonly email: string };
  readonly showTechnicalEndpoints: boolean;
  /** APIKM_USE_AUTHLIB_OAUTH: /docs asks for a login first. */
  readonly loginRequired: boolean;
  /** A public client of the provider, which the documentation gets its users tokens by; undefined: there is none. */
  readonly clientId: string | undefined;
}
