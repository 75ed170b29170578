import type { ExplanationDto, RuleDto } from '../../../src/key-management/explain.dto.js';
import type { HistoryLineDto } from '../../../src/key-management/history.dto.js';
import type { EditKeyDto } from '../../../src/key-management/keys.dto.js';
import type { RefusalListRecord } from '../../../src/usage/refusal.record.js';
import type { KeyUsageRecord } from '../../../src/usage/usage.record.js';
import type { Json } from '../../api/types.js';

export type KeyUsage = Json<KeyUsageRecord>;
export type RefusalList = Json<RefusalListRecord>;
export type Explanation = Json<ExplanationDto>;
export type Rule = Json<RuleDto>;
export type HistoryLine = Json<HistoryLineDto>;
export type KeyEdit = Json<EditKeyDto>;
