package io.github.leukemia4j.field;

/**
 * How the pixels that are looked at lie in the field.
 *
 * @param shrink how many of the field's pixels a side of one of them is
 * @param height of the field
 * @param width of the field
 */
record FieldFrame(int shrink, int height, int width) {}
