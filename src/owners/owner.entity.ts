import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person behind keys, as Keycloak last described them. `id` is the token's `sub`. */
@Entity('owners')
export class Owner {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { nullable: true })
  login: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('boolean', { default: true })
  enabled: boolean;

  @Column('text', { array: true, default: '{}' })
  roles: string[];

  @Column('text', { array: true, default: '{}' })
  groups: string[];

  @Column('jsonb', { default: {} })
  attributes: Record<string, string[]>;

  /** When Keycloak last confirmed enabled, roles, groups and attributes; null: never. */
  @Column('timestamptz', { name: 'rights_read_at', nullable: true })
  rightsReadAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
