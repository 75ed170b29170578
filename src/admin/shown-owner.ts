import type { Owner } from '../owners/owner.entity.js';
import type { OwnerDto } from './admin.dto.js';

export const shownOwner = ({ id, login, name, enabled }: Owner): OwnerDto => ({ id, login, name, enabled });
