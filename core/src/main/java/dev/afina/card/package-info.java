/**
 * Model cards: the README.md of a model on the Hugging Face Hub, generated from facts about the
 * model and text that people add. Start with {@link dev.afina.card.ModelCard}, which {@link
 * dev.afina.TextModel#card} creates.
 */
@NullMarked
package dev.afina.card;

import org.jspecify.annotations.NullMarked;
