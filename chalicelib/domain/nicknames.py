"""Given names that are called by several: each line is one name. A name may stand in more than one."""

from collections.abc import Mapping

_GROUPS = """
abigail abby gail
albert al bert
alexander alex sasha xander lex
alexandra alex sandra sasha lexi
alfred al fred alfie
amanda mandy
andrew andy drew
andrea andy
angela angie
anna ann anne annie
anthony tony
barbara barb babs
benjamin ben benny
bernard bernie
brian bryan
bradley brad
carlos charlie
caroline carrie carol
catherine cathy kate katie cat
katherine kathy kate katie kathryn kathleen
charles charlie chuck chas
christina chris tina chrissy
christine chris tina chrissy
christopher chris topher kit
clifford cliff
cynthia cindy
daniel dan danny
david dave davy
deborah deb debbie debra
dennis denny
donald don donnie
dorothy dot dottie
douglas doug
edward ed eddie ted ned
eleanor ellie nell nora
elizabeth liz lizzie beth betty eliza betsy lisa
emily em
eugene gene
francis frank fran
frances fran frannie
frederick fred freddie
gabriel gabe
gerald gerry jerry
geoffrey jeffrey jeff geoff
gregory greg
harold hal harry
harrison harry
helen nell
henry hank harry
isabella bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
jane janie
janet jan
jason jay
jennifer jen jenny
jeremy jerry
jessica jess jessie
john johnny jack jon
jonathan jon johnny nathan
joseph joe joey
jose pepe
joshua josh
judith judy
julia julie
kenneth ken kenny
kimberly kim
lawrence laurence larry
leonard leo len lenny
leslie les
lillian lily
louis lou louie
margaret maggie meg peggy marge greta
martin marty
mary molly polly
matthew matt
maximilian max
megan meg
melissa mel missy
michael mike mick mickey
mitchell mitch
nancy nan
natalie nat
nathaniel nathan nate nat
nicholas nick nicky
nicole nikki
pamela pam
patricia pat patty trish tricia
patrick pat paddy
peter pete
philip phil
phillip phil
phyllis phyl
raymond ray
rebecca becky becca
richard rick dick rich ricky richie
robert bob rob bobby robbie bert
roberta bobbie
ronald ron ronnie
rosemary rose rosie
russell russ
samuel sam sammy
samantha sam sammy
sandra sandy
sarah sally sadie
stanley stan
stephanie steph
stephen steve
steven steve
susan sue susie suzanne
terrence terry
teresa theresa terry tess
theodore ted teddy theo
thomas tom tommy
timothy tim
valerie val
veronica ronnie
victor vic
victoria vicky tori
vincent vince vinny
virginia ginny
walter walt wally
wilhelmina mina
william will bill billy willy liam
zachary zach zack
"""


def _by_name() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for name in line.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_NAMES = _by_name()
GIVEN_NAMES = frozenset(_NAMES)


def same_given_name(one: str, other: str) -> bool:
    """Whether two folded words are one given name: Robert and Bob are, and so are Rob and Bobby."""
    return bool(_NAMES.get(one, frozenset()) & _NAMES.get(other, frozenset()))


def other_names(word: str) -> tuple[str, ...]:
    """What else a folded given name is called by, in alphabetical order."""
    groups = _NAMES.get(word, frozenset())
    return tuple(sorted(name for name, numbers in _NAMES.items() if name != word and numbers & groups))
