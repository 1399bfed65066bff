/**
 * Draws blood-smear cells, for the quickstart and for tests that must run without patient data. The
 * drawings look plausible; they prove nothing about real cells.
 *
 * <pre>{@code
 * seed -> SyntheticSmear -> PatientLook for each patient, CellType for each cell
 *                               |
 *                               v
 *          LeukocyteRecipes -> Leukocyte -> SmearPainter on SmearField -> CellImage
 *                               |
 *                               v
 *                    Dataset in memory, or a folder with a manifest
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.synthetic.SyntheticSmear} makes single cells and whole data sets;
 * equal seeds give equal pixels on every machine. {@link io.github.leukemia4j.synthetic.CellType}
 * lists the cells that it can draw. {@link io.github.leukemia4j.synthetic.PatientLook} is what the
 * cells of one patient share, such as the stain. {@link
 * io.github.leukemia4j.synthetic.SmallPipeline} trains a pipeline on such cells within seconds.
 */
package io.github.leukemia4j.synthetic;
