/**
 * The layouts in which data sets of leukaemia were published.
 *
 * <pre>{@code
 * ImageTree -> Recognition -> each DatasetFormat: installed ones, then CnmcReader, AllIdbReader, ...
 *                  |                   |
 *                  |                   v
 *                  |               a Reading of the tree, or nothing
 *                  v
 *               Dataset: the layout that accounts for every image, or else class folders
 * }</pre>
 *
 * <p>{@code Recognition} asks each format what it sees in a tree of folders. It refuses a tree that
 * can be read in two ways. Each reader stands for one published set and cites it. {@code
 * BloodMnistReader} reads a file of NumPy in place, through {@code NpzArray}. The module exports
 * this package to nobody; {@link io.github.leukemia4j.data.Datasets} is the way in.
 */
package io.github.leukemia4j.data.format;
