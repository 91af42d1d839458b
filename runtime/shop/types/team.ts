import type { RosterEntry } from '../../contract/index.ts'
import type { ChangeSummary, KnowledgeFile } from '../knowledge/types.ts'

/**
 * Who works here, edited. Each change writes a new version of the plan whose text keeps its comments and its order.
 * A `revision` stands for what an entry holds; where an expected one is given (null: nobody has this id yet) and does
 * not fit any more, it is ENDCAP_CHANGED_MEANWHILE. What is wrong is ENDCAP_KNOWLEDGE_INVALID with path and remedy,
 * in a file ENDCAP_IMPORT_INVALID with every fault, and changes nothing.
 */
export interface Team {
  list(): RosterEntry[]
  /** Throws ENDCAP_NOT_FOUND. */
  get(id: string): { entry: RosterEntry; revision: string }
  put(entry: RosterEntry, by: string, expected?: string | null): Promise<{ entry: RosterEntry; revision: string }>
  delete(id: string, by: string, expected?: string): Promise<void>
  /** As Knowledge.import. */
  import(file: KnowledgeFile, by: string, options?: { dry?: boolean; keep?: boolean }): Promise<ChangeSummary>
  export(type: 'csv' | 'json', separator?: ',' | ';'): string
}
