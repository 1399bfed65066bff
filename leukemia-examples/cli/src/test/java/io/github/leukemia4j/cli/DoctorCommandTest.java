package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {
  @Test
  void namesTheLibrariesThatAreMissing() {
    List<String> present = new ArrayList<>(DoctorCommand.GPU_LIBRARIES.keySet());
    present.remove("libcudnn.so.9");
    present.add("libcudnn.so.8");
    assertThat(DoctorCommand.missing(present)).containsExactly("libcudnn.so.9");
    assertThat(DoctorCommand.missing(List.of()))
        .hasSameSizeAs(DoctorCommand.GPU_LIBRARIES.keySet());
  }

  @Test
  void findsThatThisMachineCanTrain() {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
    assertThat(command.execute("doctor")).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("Native       tensorflow-core-native-")
        .contains("TensorFlow   2.", "CPU:0", "Self-check   5 steps on the CPU")
        .contains(
            "Same bits    CPU: none of 330 answers in batches of 2 to 33 differ from those to"
                + " single images")
        .containsPattern("oneDNN       (on|off), as (TensorFlow chose|the environment says)")
        .doesNotContain("on with x86-64");
  }
}
