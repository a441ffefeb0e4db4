import { doubles, type Column, type Table, texts, valuesOf } from '../shared/tabular/column.js';

/** A clustering as the stages keep it: one row a retailer, sorted by shop_id. */
export interface ClustersTable {
  readonly shopIds: readonly string[];
  readonly labels: Int32Array;
  /** Before noise was assigned softly. */
  readonly hardLabels: Int32Array;
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
}

export function clustersColumns(table: ClustersTable): Column[] {
  return [
    { name: 'shop_id', type: 'text', values: table.shopIds },
    { name: 'cluster', type: 'int', values: table.labels },
    { name: 'hard_cluster', type: 'int', values: table.hardLabels },
    { name: 'strength', type: 'double', values: table.strengths },
    { name: 'outlier_score', type: 'double', values: table.outlierScores },
  ];
}

export function clustersOf(table: Table): ClustersTable {
  return {
    shopIds: texts(table, 'shop_id'),
    labels: valuesOf(table, 'cluster', 'int'),
    hardLabels: valuesOf(table, 'hard_cluster', 'int'),
    strengths: doubles(table, 'strength'),
    outlierScores: doubles(table, 'outlier_score'),
  };
}
