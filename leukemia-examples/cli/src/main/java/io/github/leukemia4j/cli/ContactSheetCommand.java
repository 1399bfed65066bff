package io.github.leukemia4j.cli;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.training.TrainingConfig;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "contact-sheet",
    description =
        "Draws what a network will see: a few images of each label at the network's size and,"
            + " beside each, as augmentation changes it.",
    mixinStandardHelpOptions = true)
final class ContactSheetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PNG",
      description = "The picture to write; must not exist.")
  private Path out;

  @Option(
      names = "--augmentation",
      defaultValue = "cells",
      paramLabel = "SPEC",
      description = "Such as cells, fields, none or dihedral,stain(0.6); default ${DEFAULT-VALUE}.")
  private String augmentation;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Side of the network's input; default ${DEFAULT-VALUE}.")
  private int size = TrainingConfig.defaults().input().size();

  @Option(
      names = "--centre-crop",
      paramLabel = "SHARE",
      description = "Of an image's sides that the network sees; training's default without it.")
  private double centreCrop = TrainingConfig.defaults().input().centreCrop();

  @Option(
      names = "--images",
      defaultValue = "3",
      paramLabel = "N",
      description = "Of each label; default ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--epochs",
      defaultValue = "8",
      paramLabel = "N",
      description = "How many changed pictures stand beside each image; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the augmentation; default ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Output.requirePng(out);
    Output.requireFree(out);
    ContactSheet sheet = new ContactSheet(size, epochs, Augmentation.parse(augmentation), seed);
    Dataset dataset = data.open();
    List<CellImage> chosen = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (Label label : dataset.taxonomy().labels()) {
      List<Sample> of = dataset.samples().stream().filter(s -> s.label().equals(label)).toList();
      int count = Math.min(images, of.size());
      for (int i = 0; i < count; i++) {
        Sample sample = of.get((int) ((long) i * of.size() / count));
        chosen.add(sample.source().read().centre(centreCrop));
        labels.add(label.name());
        console.println("Row " + chosen.size() + ": " + sample.id() + " (" + label + ")");
      }
    }
    BufferedImage drawn = sheet.draw(chosen, labels);
    Output.write(out, png -> ImageIO.write(drawn, "png", png.toFile()));
    console.println("Wrote " + out + ".");
    return 0;
  }
}
