/**
 * Model cards: the README.md of a model on the Hugging Face Hub, made of facts about the model.
 * Start with {@link dev.afina.card.ModelCard}.
 */
@NullMarked
package dev.afina.card;

import org.jspecify.annotations.NullMarked;
