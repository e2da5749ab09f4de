/**
 * Fine-tunes and serves transformer text classifiers. Start here.
 *
 * <p><b>Three models.</b> A {@link dev.afina.Classifier} assigns each text one label, a {@link
 * dev.afina.MultiLabelClassifier} any number of labels, and a {@link dev.afina.Regressor} one or
 * more numbers. Each is either fine-tuned from a pretrained checkpoint with its builder, or loaded
 * from a folder that Afina or Python's transformers saved:
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.builder()
 *         .checkpoint("distilbert-base-uncased")     // a folder, classpath:..., a name on the Hub
 *         .epochs(3).learningRate(5e-5).seed(42)
 *         .fit(Dataset.csv(Path.of("train.csv")))) {
 *     System.out.println(classifier.predict("So hyped for the new movie!"));
 *     System.out.println(classifier.evaluate(Dataset.csv(Path.of("test.csv"))).report());
 *     classifier.save(Path.of("emotions"));          // Classifier.load("emotions")
 * }
 * }</pre>
 *
 * <p><b>Training.</b> The builder has the Hugging Face Trainer's options with its defaults; {@link
 * dev.afina.TextModelBuilder} documents the ones that all three builders share. {@link
 * dev.afina.Loss} chooses the objective; {@link dev.afina.Freeze} and {@link dev.afina.Lora} choose
 * which weights are trained. A builder can also run several trainings: {@link
 * dev.afina.TextModelBuilder#crossValidate cross-validation}, {@link
 * dev.afina.TextModelBuilder#restarts restarts} and {@link dev.afina.TextModelBuilder#search
 * hyperparameter search}.
 *
 * <p><b>Predictions</b> are values: a {@link dev.afina.Prediction} has a label, probabilities and
 * logits, and a {@link dev.afina.Decision} where the model has {@link dev.afina.DecisionRules}. Let
 * your code depend on {@link dev.afina.Predictor}, so that its tests need no model. An {@link
 * dev.afina.Evaluation} compares predictions with the true labels.
 *
 * <p><b>Serving.</b> A model is thread safe: create one, share it, close it. {@link
 * dev.afina.ServingOptions} bounds the queue and the time of a call, {@link dev.afina.ModelHandle}
 * replaces a model while it serves, {@link dev.afina.ModelListener} receives events for metrics,
 * and {@link dev.afina.ExitHold} lets a server finish its requests before the JVM exits. The {@code
 * with…} methods of a model return views that share its weights: another {@link
 * dev.afina.Precision}, another maximum length, other serving options.
 *
 * <p><b>Memory and errors.</b> Weights live in native memory, outside the Java heap, until the last
 * model that shares them is closed. An invalid argument throws {@code IllegalArgumentException}, a
 * call on a closed model {@code IllegalStateException}, and a file or network failure {@code
 * IOException}; its subclass {@link dev.afina.CheckpointException} says what is wrong with a
 * model's files. Every message states what was expected, what was found and what to do about it.
 *
 * <p>Data sets are in {@link dev.afina.data}, training options and listeners in {@link
 * dev.afina.training}, the Hugging Face Hub client in {@link dev.afina.hub}. Packages under {@code
 * dev.afina.internal} are not API and may change in any release.
 */
@NullMarked
package dev.afina;

import org.jspecify.annotations.NullMarked;
