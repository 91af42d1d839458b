import type {
  Cabinet,
  CommandAnswer,
  CommandCall,
  Delivery,
  Order,
  Planogram,
  Product,
  ProductFound,
  PublicKnowledge,
  RosterEntry,
  SlotFound,
  TaskRecord,
} from '../../contract/index.ts'

/** The parts of what the shop knows of its goods, each replaced, imported and exported as a whole. */
export interface KnowledgeParts {
  products: Product[]
  planogram: Planogram
  cabinets: Cabinet[]
  orders: Order[]
  deliveries: Delivery[]
}
export type KnowledgePart = keyof KnowledgeParts
/** What travels as CSV and JSON: the goods, who works here, and what there is to do. */
export interface FileParts extends KnowledgeParts {
  roster: RosterEntry[]
  tasks: TaskRecord[]
}
export type FilePart = keyof FileParts

/** What a change did, or would do. */
export interface ChangeSummary {
  added: number
  changed: number
  removed: number
  /** Of tasks: how many ended before, or today under the same key, and are not opened again. */
  ended?: number
  /** Ids of the first of each, at most 20. */
  examples: { added: string[]; changed: string[]; removed: string[] }
}

export interface KnowledgeFile {
  /** As a fault names it: `catalogue.csv`. */
  name: string
  type: 'csv' | 'json'
  text: string
}

/** One thing that is wrong with a file. The error carries the first 20 in its value `faults`. */
export interface FileFault {
  line: number
  /** Column of a table, path of a JSON. */
  field: string
  reason: string
  remedy: string
}

/**
 * What the shop knows of its goods, in the ledger. A change is all or nothing, committed before it resolves, audited,
 * and told as `shop.changed` with its part. What names nothing or checks wrong is ENDCAP_KNOWLEDGE_INVALID with path,
 * reason and remedy, and changes nothing.
 */
export interface Knowledge {
  /** All of a part, in the order of their ids. */
  get<P extends KnowledgePart>(part: P): KnowledgeParts[P]
  /** Replaces a part. Where `dry` is set it tells what would change and changes nothing. */
  put<P extends KnowledgePart>(
    part: P,
    value: KnowledgeParts[P],
    by: string,
    options?: { dry?: boolean },
  ): Promise<ChangeSummary>
  /**
   * Takes a file in. What is wrong with it is ENDCAP_IMPORT_INVALID with every fault by line, field and remedy, and
   * changes nothing. With `keep`, what is there and not in the file stays; else the file is all there is. With `dry`
   * it tells what would change.
   */
  import(
    part: KnowledgePart,
    file: KnowledgeFile,
    by: string,
    options?: { dry?: boolean; keep?: boolean },
  ): Promise<ChangeSummary>
  /** A file that import() takes without a change, piece by piece. Semicolons bring decimal commas. */
  export(part: KnowledgePart, type: 'csv' | 'json', separator?: ',' | ';'): AsyncIterable<string>
  /** Grows with each change of the part. */
  version(part: KnowledgePart): number
  products: {
    count(): number
    /** By id, or by GTIN of any length. */
    get(idOrGtin: string): Product | undefined
    /** By id, GTIN or words of name, brand and category; best first. At most `limit`, 20 where it is not given. */
    find(query: string, limit?: number): ProductFound[]
    put(product: Product, by: string): Promise<void>
    /** Throws ENDCAP_PRODUCT_IN_USE where planogram, an open order or a delivery to come names it. */
    delete(id: string, by: string): Promise<void>
  }
  /** A slot, every slot of a product, or all of them, each with the pieces that stand there. */
  slots(of: { slot?: string; product?: string }): SlotFound[]
  orders: {
    get(id: string): Order | undefined
    open(order: Order, by: string): Promise<Order>
    /** Answers `order.pick`. */
    pick(call: CommandCall): Promise<CommandAnswer<'order.pick'>>
    end(id: string, state: 'done' | 'cancelled', by: string): Promise<Order>
  }
  /** For inference: the products that stand in the planogram, without their texts. */
  forPlugins(shelves?: readonly string[]): PublicKnowledge
}
