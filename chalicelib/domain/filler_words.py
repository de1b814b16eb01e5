"""Words of an answer to "who referred you?" that are no part of the name in it."""

#: Between two names of one answer.
LINKS = frozenset({"and", "&", "+", "or"})
_BETWEEN = """
a about across an around as at been before behind but by came did do dont down for friends from had has have he her
here his i im in is it its just live lives me mine my near next of off on one our ours over pretty said saw she so
some somebody someone sure that the their them there they think this through to told too up us used was we were what
when where which who whom whose with works you your
"""
_AROUND = """
ad ads advert aunt auntie boss boyfriend brother building call cell church client coach corner cousin coworker
customer dad daddy daughter dont door existing facebook fam family father fella flyer found friend friends gal
gentleman girlfriend google grandma grandpa granny group guy guys gym heard house husband idk instagram internet know
lady landlord law live lives mail man mate mom mommy mother mum na name named neighbor neighborhood neighbors
neighbour neighbours nephew nextdoor niece nobody none not number online pal pastor phone recommendation recommended
referred remember roommate same school search sent sign sister son spouse street tel tenant truck tv twitter uncle
unknown unsure web website wife woman work working yelp
"""
#: Never a part of a name; a name ends where one of them stands.
BETWEEN = LINKS | frozenset(_BETWEEN.split())
#: How people are called and where they are met: mostly no name, and sometimes one, as Church is.
AROUND = frozenset(_AROUND.split())
