//! Topics: the vocabulary of FollowTheMoney for why an entity is of interest.

/// A topic such as `sanction` or `role.pep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(u8);

struct Def {
    code: &'static str,
    label: &'static str,
    risk: bool,
}

const fn plain(code: &'static str, label: &'static str) -> Def {
    Def {
        code,
        label,
        risk: false,
    }
}

const fn risk(code: &'static str, label: &'static str) -> Def {
    Def {
        code,
        label,
        risk: true,
    }
}

/// The topics of followthemoney 4.11.2, sorted by code; "risk" is its set of risk topics.
static TOPICS: &[Def] = &[
    plain("asset.frozen", "Frozen asset"),
    risk("corp.clone", "Clone of real entity"),
    risk("corp.disqual", "Disqualified"),
    plain("corp.offshore", "Offshore"),
    plain("corp.public", "Public listed company"),
    plain("corp.shell", "Shell company"),
    risk("crime", "Crime"),
    risk("crime.boss", "Criminal leadership"),
    plain("crime.cyber", "Cybercrime"),
    plain("crime.env", "Environmental violations"),
    risk("crime.fin", "Financial crime"),
    risk("crime.fraud", "Fraud"),
    risk("crime.terror", "Terrorism"),
    risk("crime.theft", "Theft"),
    risk("crime.traffick", "Trafficking"),
    plain("crime.traffick.drug", "Drug trafficking"),
    plain("crime.traffick.human", "Human trafficking"),
    risk("crime.war", "War crimes"),
    risk("debarment", "Debarred"),
    risk("export.control", "Export controlled"),
    risk("export.control.linked", "Export control-linked"),
    risk("export.risk", "Trade risk"),
    plain("fin", "Financial services"),
    plain("fin.adivsor", "Financial advisor"),
    plain("fin.bank", "Bank"),
    plain("fin.fund", "Fund"),
    plain("forced.labor", "Forced labor"),
    risk("geo.risk", "High-risk area"),
    plain("gov", "Government"),
    plain("gov.admin", "Civil service"),
    plain("gov.executive", "Executive branch of government"),
    plain("gov.financial", "Central banking and financial integrity"),
    plain("gov.head", "Head of government or state"),
    plain("gov.igo", "Intergovernmental organization"),
    plain("gov.judicial", "Judicial branch of government"),
    plain("gov.legislative", "Legislative branch of government"),
    plain("gov.muni", "Municipal government"),
    plain("gov.national", "National government"),
    plain("gov.religion", "Religious leadership"),
    plain("gov.security", "Security services"),
    plain("gov.soe", "State-owned enterprise"),
    plain("gov.state", "State government"),
    risk("invest.ban", "Investment ban"),
    risk("invest.risk", "Investment risk"),
    risk("mare.detained", "Maritime detention"),
    risk("mare.shadow", "Shadow fleet"),
    plain("mare.sts", "Ship-to-ship transfer"),
    plain("mil", "Military"),
    risk("poi", "Person of interest"),
    plain("pol.party", "Political party"),
    plain("pol.union", "Union"),
    risk("reg.action", "Regulator action"),
    risk("reg.warn", "Regulator warning"),
    plain("rel", "Religion"),
    plain("role.acct", "Accountant"),
    plain("role.act", "Activist"),
    plain("role.civil", "Civil servant"),
    plain("role.diplo", "Diplomat"),
    plain("role.journo", "Journalist"),
    plain("role.judge", "Judge"),
    plain("role.lawyer", "Lawyer"),
    plain("role.lobby", "Lobbyist"),
    risk("role.oligarch", "Oligarch"),
    risk("role.pep", "PEP"),
    plain("role.pep.frmr", "Former PEP"),
    plain("role.pep.intl", "International PEP"),
    plain("role.pep.natl", "National PEP"),
    plain("role.pol", "Politician"),
    risk("role.rca", "Close Associate"),
    plain("role.spy", "Spy"),
    risk("sanction", "Sanctioned"),
    risk("sanction.control", "Sanction ownership or control"),
    risk("sanction.counter", "Counter-sanctioned"),
    risk("sanction.linked", "Sanction-linked"),
    risk("wanted", "Wanted"),
];

/// Every topic, sorted by code.
pub fn all() -> impl Iterator<Item = Topic> {
    (0u8..).take(TOPICS.len()).map(Topic)
}

/// The topic with this code; case and white space around it do not matter.
pub fn lookup(text: &str) -> Option<Topic> {
    let code = text.trim().to_lowercase();
    let at = TOPICS.binary_search_by(|t| t.code.cmp(&code)).ok()?;
    u8::try_from(at).ok().map(Topic)
}

/// Whether a topic code is one that makes its entity a target (`target` in FollowTheMoney files).
pub fn is_risk(code: &str) -> bool {
    lookup(code).is_some_and(Topic::is_risk)
}

impl Topic {
    fn def(self) -> &'static Def {
        &TOPICS[usize::from(self.0)]
    }

    /// The code, as in `role.pep`.
    pub fn code(self) -> &'static str {
        self.def().code
    }

    /// What it means, in English.
    pub fn label(self) -> &'static str {
        self.def().label
    }

    /// Whether an entity with this topic is a target of measures or a risk in itself.
    pub fn is_risk(self) -> bool {
        self.def().risk
    }
}

#[cfg(test)]
mod tests {
    use super::{TOPICS, all, is_risk, lookup};

    #[test]
    fn vocabulary() {
        assert!(TOPICS.is_sorted_by(|a, b| a.code < b.code));
        assert!(all().all(|t| lookup(t.code()) == Some(t)));
        assert_eq!(lookup(" Role.PEP ").map(|t| t.label()), Some("PEP"));
        assert_eq!(lookup("role.unknown"), None);
        assert!(is_risk("sanction") && is_risk("role.pep") && !is_risk("fin.bank"));
    }
}
