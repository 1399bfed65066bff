package io.github.leukemia4j.tf.testkit;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.RegisteredLosses;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Every loss of the family against its graph. */
@Tag("arithmetic")
class BuiltInLossesTest {
  private abstract static class Contract extends TfLossContract {
    Contract(String loss) {
      super(Loss.parse(loss), new RegisteredLosses());
    }
  }

  private abstract static class OfThreeClasses extends Contract {
    OfThreeClasses(String loss) {
      super(loss);
    }

    @Override
    protected int[] classes() {
      return new int[] {3};
    }
  }

  @Nested
  class CrossEntropy extends Contract {
    CrossEntropy() {
      super("cross-entropy");
    }
  }

  @Nested
  class SmoothedCrossEntropy extends Contract {
    SmoothedCrossEntropy() {
      super("cross-entropy(labelSmoothing=0.1)");
    }
  }

  @Nested
  class WeightedCrossEntropy extends OfThreeClasses {
    WeightedCrossEntropy() {
      super("cross-entropy(classWeights=1:2:0.5)");
    }
  }

  @Nested
  class FocalCrossEntropy extends Contract {
    FocalCrossEntropy() {
      super("cross-entropy(focal=2)");
    }
  }

  @Nested
  class CrossEntropyWithAllThree extends OfThreeClasses {
    CrossEntropyWithAllThree() {
      super("cross-entropy(focal=0.5,labelSmoothing=0.1,classWeights=0:2:5)");
    }
  }

  @Nested
  class Tversky extends Contract {
    Tversky() {
      super("tversky(0.3,0.7)");
    }
  }

  @Nested
  class TverskyWithoutSmoothing extends Contract {
    TverskyWithoutSmoothing() {
      super("tversky(0.3,0.7,smoothing=0)");
    }
  }

  @Nested
  class TverskyOfFalsePositivesAlone extends Contract {
    TverskyOfFalsePositivesAlone() {
      super("tversky(1,0,smoothing=0)");
    }
  }

  @Nested
  class TverskyOfFalseNegativesAlone extends Contract {
    TverskyOfFalseNegativesAlone() {
      super("tversky(0,1,smoothing=0)");
    }
  }

  @Nested
  class TverskyWithAbsentClasses extends Contract {
    TverskyWithAbsentClasses() {
      super("tversky(0.3,0.7,smoothing=0,absentClasses=included)");
    }
  }

  @Nested
  class WeightedTversky extends OfThreeClasses {
    WeightedTversky() {
      super("tversky(0.3,0.7,classWeights=0:1:3)");
    }
  }

  @Nested
  class FocalTverskyBelowOne extends Contract {
    FocalTverskyBelowOne() {
      super("tversky(0.3,0.7,focal=0.75)");
    }
  }

  @Nested
  class FocalTverskyAboveOne extends Contract {
    FocalTverskyAboveOne() {
      super("tversky(0.3,0.7,focal=1.3333333333333333)");
    }
  }

  @Nested
  class LogarithmicTversky extends Contract {
    LogarithmicTversky() {
      super("tversky(0.3,0.7,logarithmic=true)");
    }
  }

  @Nested
  class ExponentialLogarithmicTversky extends Contract {
    ExponentialLogarithmicTversky() {
      super("tversky(0.3,0.7,logarithmic=true,focal=0.3,smoothing=0)");
    }
  }

  @Nested
  class Dice extends Contract {
    Dice() {
      super("dice");
    }
  }

  @Nested
  class Jaccard extends Contract {
    Jaccard() {
      super("jaccard");
    }
  }

  @Nested
  class FBeta extends Contract {
    FBeta() {
      super("f-beta(2)");
    }
  }

  @Nested
  class Default extends Contract {
    Default() {
      super("default");
    }
  }

  @Nested
  class UnifiedFocal extends Contract {
    UnifiedFocal() {
      super("unified-focal");
    }
  }
}
