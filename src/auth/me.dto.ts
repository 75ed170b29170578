export class MeDto {
  /**
   * The subject that the identity provider knows one by.
   * @example 11111111-1111-4111-8111-111111111111
   */
  id: string;

  /** @example alice */
  login: string | null;

  /** @example Alice Test */
  name: string | null;

  /** @example ["reader","writer"] */
  roles: string[];

  /** @example ["/org/team-a"] */
  groups: string[];

  /** @example {"plan":["gold"]} */
  attributes: Record<string, string[]>;

  isAdmin: boolean;

  /** Since when these rights are known to be so. */
  rightsReadAt: Date | null;
}

export class LegacyMeDto {
  user_id: string;

  /** @example alice */
  user_login: string | null;

  /** @example ["reader","writer"] */
  roles: string[];

  /** Those of APIKM_OAUTH2_ATTRIBUTES; one that the person lacks is null. */
  attributes: Record<string, string[] | null>;
}
