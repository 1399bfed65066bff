package app;
import io.github.leukemia4j.data.check.Verification;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws images of two colours into the folder given, trains on them and classifies one. */
final class Main {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Dataset dataset = Datasets.open(draw(folder));
    Split split = Splitter.of(1).split(dataset, Verification.of(dataset).requireReadable());
    split.write(folder.resolve("split.json"));
    TrainingConfig config =
        TrainingConfig.builder().network(NetworkConfig.small()).epochs(1).build();
    Path model = folder.resolve("model");
    MultilevelPipeline.train(split, config, model, TrainingListener.NONE).close();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      System.out.println(pipeline.classify(CellImage.read(folder.resolve("0.png"))).path());
    }
  }

  private static Path draw(Path folder) throws Exception {
    StringBuilder manifest = new StringBuilder("file,label,patient\n");
    for (int i = 0; i < 32; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 32 * 32; p++) {
        int colour = i % 2 == 0 ? 0xC04080 : 0x4060C0;
        image.setRGB(p % 32, p / 32, colour + p * 131 % 64 + i);
      }
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
      String label = i % 2 == 0 ? "normal" : "abnormal";
      manifest.append("%d.png,%s,P%d%n".formatted(i, label, i));
    }
    return Files.writeString(folder.resolve("manifest.csv"), manifest);
  }

  private Main() {}
}
