/**
 * The folder of a saved model. {@link dev.afina.internal.saved.SavedModel} writes it; {@link
 * dev.afina.internal.saved.AfinaConfig} and {@link dev.afina.internal.saved.ConfigLabels} read what
 * it says of labels, head, long texts and rules.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.saved;

import org.jspecify.annotations.NullMarked;
