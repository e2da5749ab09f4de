/** Names, revisions and the local cache of the Hugging Face Hub. */
@NullMarked
package dev.afina.hub;

import org.jspecify.annotations.NullMarked;
