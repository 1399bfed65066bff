package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.synthetic.Outline.Rod;
import java.util.ArrayList;
import java.util.List;

/** Paints a field: red cells and platelets first, then the white cell over them. */
final class SmearPainter {
  private static final Stain PLATELET = new Stain(0.15, 0.45, 0.05, 0);
  private static final Stain PLATELET_GRANULE = new Stain(0.7, 0.1, 0.1, 0);

  private final PatientLook look;
  private final Draws draws;
  private final SmearField field;

  private SmearPainter(PatientLook look, Draws draws, int size) {
    this.look = look;
    this.draws = draws;
    this.field = new SmearField(size);
  }

  static CellImage paint(CellType type, PatientLook look, int size, Draws draws) {
    SmearPainter painter = new SmearPainter(look, draws, size);
    Leukocyte leukocyte = LeukocyteRecipes.draw(type, look, draws);
    painter.redCells(leukocyte.cell());
    painter.platelets(leukocyte.cell());
    leukocyte.paint(painter.field);
    return painter.field.develop(look, draws);
  }

  private void redCells(Outline leukocyte) {
    List<Rod> placed = new ArrayList<>();
    int attempts = (int) (look.crowding * draws.between(12, 45));
    double reach = SmearField.SIDE / 2 + 2.5;
    for (int i = 0; i < attempts; i++) {
      double x = draws.between(-reach, reach);
      double y = draws.between(-reach, reach);
      double radius = look.spread * draws.about(3.5, 0.22);
      Rod cell = Rod.oval(x, y, radius, draws.between(0, 0.22), draws.angle());
      boolean overlapping = draws.chance(0.12);
      boolean free =
          leukocyte.distance(x, y) > 0.9 * radius
              && placed.stream()
                  .allMatch(other -> apart(cell, other) > (overlapping ? 1.0 : 1.92) * radius);
      if (free) {
        placed.add(cell);
        redCell(cell, radius);
      }
    }
  }

  private static double apart(Rod one, Rod other) {
    double dx = (one.x1() + one.x2() - other.x1() - other.x2()) / 2;
    double dy = (one.y1() + one.y2() - other.y1() - other.y2()) / 2;
    return Math.sqrt(dx * dx + dy * dy);
  }

  private void redCell(Rod shape, double radius) {
    Outline outline = Outline.of(List.of(shape), draws.between(0.1, 0.45), 3.5, draws);
    double pallor = look.pallor * (draws.chance(0.15) ? 0.15 : draws.between(0.7, 1.1));
    double paleRadius = radius * draws.between(0.35, 0.6);
    double depth = draws.about(1, 0.06);
    double x = (shape.x1() + shape.x2()) / 2;
    double y = (shape.y1() + shape.y2()) / 2;
    double reach = radius + 1.2;
    int lastRow = Math.min(field.size() - 1, field.index(y + reach));
    int lastColumn = Math.min(field.size() - 1, field.index(x + reach));
    for (int row = field.index(y - reach); row <= lastRow; row++) {
      for (int column = field.index(x - reach); column <= lastColumn; column++) {
        double distance = outline.distance(field.place(column), field.place(row));
        double cover = field.cover(distance, 0.1);
        if (cover > 0) {
          double inwards = Math.max(0, Math.min(1, (-distance - 0.3) / paleRadius / 1.6));
          double pale = pallor * inwards * inwards * (3 - 2 * inwards);
          double rim = 0.12 * Math.max(0, 1 + distance / 0.5);
          field.add(row, column, new Stain(0, 0, 0, cover * depth * (1 + rim - pale)));
        }
      }
    }
  }

  private void platelets(Outline leukocyte) {
    int count = draws.chance(0.5) ? 0 : draws.count(1, 3);
    double reach = SmearField.SIDE / 2;
    for (int i = 0; i < count; i++) {
      double x = draws.between(-reach, reach);
      double y = draws.between(-reach, reach);
      double radius = draws.between(0.7, 1.3);
      if (leukocyte.distance(x, y) > radius + 0.5) {
        field.paint(Rod.oval(x, y, radius, draws.between(0, 0.4), draws.angle()), 0.85, PLATELET);
        for (int granule = 0; granule < 8; granule++) {
          double dx = draws.between(-0.6, 0.6) * radius;
          double dy = draws.between(-0.6, 0.6) * radius;
          field.paint(Rod.disc(x + dx, y + dy, 0.2), 0.7, PLATELET_GRANULE);
        }
      }
    }
  }
}
