/**
 * From a smear field to its white cells and to a differential count.
 *
 * <pre>{@code
 * CellImage (field) -> CellFinder -> FoundCell: box, nucleus, cytoplasm, outline, crop
 *                                       |            |
 *                                       |            v
 *                                       |       CellFeatures: size, shape, colour, texture
 *                                       v
 *        MultilevelPipeline <- FieldPipeline -> FieldResult, counts with exact intervals
 * }</pre>
 */
package io.github.leukemia4j.field;
