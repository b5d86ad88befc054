//! Words that invented hosts, people and companies are named after.
//!
//! Names on a watchlist are made of the same words as the text around them, as they are in life: a
//! search that only looks for rare letters would shine too much otherwise.

pub const WORDS: &[&str] = &[
    "acorn", "alder", "amber", "anchor", "apple", "april", "arbor", "arrow", "ash", "aspen",
    "atlas", "autumn", "badge", "baker", "bamboo", "bank", "barley", "basil", "bay", "beach",
    "beacon", "bear", "beech", "berry", "birch", "bird", "blossom", "blue", "board", "boat",
    "bold", "bond", "book", "border", "bow", "bread", "breeze", "brick", "bridge", "bright",
    "bronze", "brook", "brown", "bud", "cabin", "camp", "candle", "canyon", "cape", "cargo",
    "carp", "castle", "cedar", "chain", "chalk", "cherry", "chess", "circle", "city", "clay",
    "clear", "cliff", "clock", "cloud", "clover", "coach", "coal", "coast", "cobalt", "comet",
    "copper", "coral", "corn", "cotton", "craft", "crane", "creek", "crest", "crown", "crystal",
    "cypress", "daisy", "dale", "dawn", "deer", "delta", "desert", "dome", "dove", "dragon",
    "dream", "drum", "dune", "eagle", "earth", "east", "echo", "elder", "elm", "ember", "engine",
    "falcon", "farm", "feather", "fern", "field", "finch", "fire", "fish", "flag", "flame",
    "flint", "flora", "flower", "forest", "fort", "forum", "fox", "frost", "galaxy", "garden",
    "gate", "gem", "ginger", "glacier", "glass", "globe", "gold", "goose", "grain", "granite",
    "grape", "grass", "green", "grove", "gulf", "harbor", "harp", "harvest", "haven", "hawk",
    "hazel", "heart", "heath", "hedge", "herb", "heron", "hill", "holly", "home", "honey",
    "horizon", "horn", "horse", "house", "ice", "iris", "iron", "island", "ivory", "ivy", "jade",
    "jasper", "jet", "juniper", "kite", "lake", "lamp", "land", "lark", "laurel", "leaf", "lemon",
    "light", "lily", "lime", "linden", "lion", "lotus", "lunar", "magnet", "mail", "maple",
    "marble", "march", "market", "marsh", "meadow", "melon", "metal", "mill", "mint", "mirror",
    "mist", "moon", "morning", "moss", "mountain", "music", "nest", "night", "noble", "north",
    "nova", "oak", "oasis", "ocean", "olive", "onyx", "opal", "orange", "orbit", "orchard",
    "orchid", "otter", "owl", "palm", "panda", "paper", "park", "path", "peach", "peak", "pearl",
    "pebble", "pepper", "pilot", "pine", "planet", "play", "plum", "point", "pond", "poppy",
    "port", "prairie", "prime", "quartz", "quest", "quiet", "rain", "raven", "reef", "ridge",
    "ring", "river", "road", "robin", "rock", "rose", "ruby", "saffron", "sage", "sail", "salt",
    "sand", "sapphire", "scout", "sea", "seed", "shell", "shop", "silver", "sky", "snow", "solar",
    "south", "spark", "spring", "spruce", "star", "stone", "storm", "stream", "study", "summer",
    "sun", "swan", "swift", "tiger", "timber", "topaz", "torch", "tower", "trail", "tulip",
    "valley", "velvet", "violet", "walnut", "water", "wave", "west", "wheat", "willow", "wind",
    "winter", "wolf", "wood", "yard", "zenith",
];
