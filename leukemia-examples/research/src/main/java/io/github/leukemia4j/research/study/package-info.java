/**
 * The table of a paper: methods trained and tested on the same folds by patient.
 *
 * <pre>
 * StudyConfig (rows, folds, training) -- StudyRows (what each row is called and does)
 *        |
 *      Study -- StudyFolder (what is done, row by row)
 *        |            |
 *   NetworkMethod   VectorMethod (features of cells or of a network, learners of Tribuo)
 *        \            /
 *        StudyReport -- StudyPage, StudyFiles (Markdown, CSV, HTML, JSON)
 * </pre>
 */
package io.github.leukemia4j.research.study;
